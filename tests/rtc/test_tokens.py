"""Leave to publish or watch: for one stream and a while, and not to be made by anybody without the key."""

from server.rtc.tokens import Leave, media_key, read_token, token

KEY = media_key(b"a secret")
LEAVE = Leave("publish", "s1.live-1.hall.ka", 1000, "anna")


def test_a_token_says_what_it_is_for_until_its_time() -> None:
    assert read_token(KEY, token(KEY, LEAVE), 1000) == LEAVE
    assert read_token(KEY, token(KEY, LEAVE), 1001) is None


def test_a_changed_token_opens_nothing() -> None:
    good = token(KEY, LEAVE)
    for bad in (good.replace("publish", "watch"), good.replace(".ka", ".kr"), good.replace("1000", "2000"), good[:-1]):
        assert read_token(KEY, bad, 0) is None
    for nonsense in ("", "~~~~", "a~b~c~d~e", "ключ~1~2~3"):
        assert read_token(KEY, nonsense, 0) is None
    assert read_token(media_key(b"another"), good, 0) is None
