"""Class: concurrency. Parallel callers never see each other's data, not even in a refusal."""

from concurrent.futures import ThreadPoolExecutor

from tests.soap.knock import Door, the_permit


def test_parallel_callers_each_get_their_own_answer(door: Door) -> None:
    wrong = {
        name: door.envelope(f"<v:{name}><{child}/></v:{name}>")
        for name, child in {
            "GetFinalCertificateRequest": "IsoCountryCode",
            "ServiceStateRequest": "TokenId",
            "ConfirmQuantitiesRequest": "TokenId",
        }.items()
    }
    mine = door.plain()

    def one(number: int) -> None:
        name = list(wrong)[number % 3]
        answer = door.door_answer(wrong[name])
        assert answer.refuses("InvalidRequest", name), name
        assert door.door_answer(mine).permit("v1") == the_permit("v1")
        letter = f"Z{number}"
        refused = door.door_answer(door.envelope(door.confirmation((letter, "1"))))
        assert refused.said["Position"] == letter

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(300)))
    incidents = [exchange.id for exchange in door.house.journal]
    assert len(set(incidents)) == len(incidents) == 900
