"""The live link between the rooms: who may say what to whose station. Media are handled in `rtc/media`, and nowhere else."""
