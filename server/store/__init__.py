"""Where sessions are kept: `base` is the contract, `sqlite` the default, `memory` for tests."""
