"""gridtill-card through PC/SC: pcscd, the virtual reader, a card that obeys the card's rules and can be torn out.

A write is 6 commands of looking (select, and 5 files to read), 4 steps, 6 of reading back, and a challenge.
"""

import threading
import time

import pytest
from packet import packet
from stack import wait_until

LOOK = 6  # commands before the first step: select and five files
WALLET = LOOK + 4  # the step that counts
CUSTOMER = "2000000001"


@pytest.fixture
def card(desk):
    """The card of a customer in the reader: count 1, inserted."""
    desk.customer(CUSTOMER)
    desk.put_in()
    return desk.read()


def shows(desk, card=0):
    count, fen, returned = desk.do(f"show {card}").split()
    return int(count), int(fen), returned == "1"


def test_a_card_is_read_as_it_is(desk, card):
    assert card == {"card_no": "C" + CUSTOMER, "kind": "opening", "customer_no": CUSTOMER, "meter_no": "M" + CUSTOMER,
                    "purchase_count": 1, "amount": "100.00", "inserted": True, "return_file": card["return_file"],
                    "random": card["random"]}
    assert len(card["return_file"]) == 64 and len(card["random"]) == 16


def test_a_blank_card_has_no_meter(desk):
    desk.do("card 0 N1")
    desk.put_in()
    card = desk.read()
    assert (card["kind"], card["customer_no"], card["meter_no"], card["purchase_count"]) == ("blank", "", "", 0)
    assert not card["inserted"] and card["return_file"] == ""


def test_a_packet_is_written_and_the_meter_credits_it(desk, card):
    said = desk.write(packet(card, 2, 5000))
    assert (said["result"], said["reason"]) == ("written", "done")
    assert (said["card"]["purchase_count"], said["card"]["amount"], said["card"]["kind"]) == (2, "50.00", "purchase")
    assert not said["card"]["inserted"]
    assert desk.do("insert 0") == "credited"
    assert desk.do("credited") == "5000 2"
    assert desk.do("insert 0") == "updated"
    desk.put_in()
    assert desk.read()["inserted"]


def test_the_same_packet_again_is_written_once(desk, card):
    made = packet(card, 2, 5000)
    assert desk.write(made)["reason"] == "done"
    before = int(desk.do("commands"))
    said = desk.write(made)
    assert (said["result"], said["reason"]) == ("written", "already")
    assert int(desk.do("commands")) - before == LOOK + 1  # it looked, and took a new random number


def test_a_packet_is_good_for_the_last_reading_only(desk, card):
    again = desk.read()
    assert again["random"] != card["random"]
    said = desk.write(packet(card, 2, 5000))
    assert (said["result"], said["reason"]) == ("not_written", "stale_random")
    assert shows(desk) == (1, 10000, True)
    rewritten = desk.write(packet(said["card"], 2, 5000))
    assert rewritten["result"] == "written"


def test_a_card_that_was_out_wants_a_new_reading(desk, card):
    desk.take_out()
    desk.put_in()
    assert desk.write(packet(card, 2, 5000))["reason"] == "stale_random"
    assert shows(desk) == (1, 10000, True)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
@pytest.mark.parametrize("when", ["before", "after"])
def test_torn_out_at_a_step(desk, card, step, when):
    made = packet(card, 2, 5000)
    desk.do(f"tear {LOOK + step} {when}")
    said = desk.write(made)
    counts = step == 4
    assert (said["result"], said["reason"]) == (("unknown", "torn") if counts else ("not_written", "removed"))
    assert said["card"] is None
    desk.put_in()
    again = desk.write(made)  # the same packet: says what became of it, writes nothing
    assert again["result"] == ("written" if counts and when == "after" else "not_written")
    assert shows(desk)[0] == (2 if again["result"] == "written" else 1)
    if again["result"] == "not_written":
        assert desk.write(packet(again["card"], 2, 5000))["result"] == "written"
    assert desk.do("insert 0") == "credited"
    assert desk.do("credited") == "5000 2"


def test_torn_out_while_it_is_read_back(desk, card):
    made = packet(card, 2, 5000)
    desk.do(f"tear {WALLET + 2} before")
    assert desk.write(made)["result"] == "unknown"
    desk.put_in()
    assert desk.write(made)["reason"] == "already"


def test_a_card_that_is_back_at_once_is_told_exactly(desk, card):
    """A bad contact: the card is there again within the moment that the bridge waits."""
    desk.do(f"swap {WALLET} 0")
    said = desk.write(packet(card, 2, 5000))
    assert said["result"] == "not_written" and said["card"]["purchase_count"] == 1


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_wrong_status_word(desk, card, step):
    desk.do(f"sw {LOOK + step} 6581")
    said = desk.write(packet(card, 2, 5000))
    assert (said["result"], said["reason"]) == ("not_written", "refused")
    assert said["text"].endswith("6581") and said["card"]["purchase_count"] == 1
    assert desk.write(packet(said["card"], 2, 5000))["result"] == "written"


def test_a_wrong_mac_is_refused_by_the_card(desk, card):
    made = packet(card, 2, 5000)
    made["macs"][0] = "00" * 8
    said = desk.write(made)
    assert said["result"] == "not_written" and said["reason"] == "refused" and "6982" in said["text"]
    assert shows(desk) == (1, 10000, True)


def test_another_customers_packet_is_refused_by_the_card(desk, card):
    said = desk.write(packet(card, 2, 5000, customer="2000000002", meter="M2000000002"))
    assert said["result"] == "not_written" and said["reason"] == "refused" and "6985" in said["text"]


def test_a_count_that_does_not_follow_is_not_written(desk, card):
    said = desk.write(packet(card, 3, 5000))
    assert (said["result"], said["reason"]) == ("not_written", "count")
    assert shows(desk) == (1, 10000, True)


def test_another_card_is_not_written(desk, card):
    desk.do("card 1 C2000000002")
    desk.do("deliver 1 2000000002 M2000000002 1 100")
    desk.take_out()
    desk.put_in(1)
    said = desk.write(packet(card, 2, 5000))
    assert (said["result"], said["reason"]) == ("unknown", "other_card")
    assert shows(desk, 1) == (1, 100, True)


@pytest.mark.parametrize("step, result", [(2, "not_written"), (4, "unknown")])
def test_another_card_is_put_in_between(desk, card, step, result):
    """So fast that the service may not see it: then the other card refuses what it is told."""
    desk.do("card 1 C2000000002")
    desk.do("deliver 1 2000000002 M2000000002 1 100")
    desk.do(f"swap {LOOK + step} 1")
    said = desk.write(packet(card, 2, 5000))
    assert said["result"] == result
    assert shows(desk, 1) == (1, 100, True)


def test_a_write_back_takes_the_count_back(desk, card):
    said = desk.write(packet(card, 2, 5000))
    said = desk.write(packet(said["card"], 1, 0, reference="a reversal"))
    assert said["result"] == "written" and said["card"]["purchase_count"] == 1
    assert desk.do("insert 0") == "updated"
    assert desk.do("credited") == "0 1"


def test_an_opening_that_was_torn_out_leaves_a_blank_card(desk):
    desk.do("card 0 N2")
    desk.do("meter M2000000007 2000000007 - 0")
    desk.put_in()
    card = desk.read()
    desk.do(f"tear {WALLET} before")
    made = packet(card, 1, 10000, customer="2000000007", kind=1)
    assert desk.write(made)["result"] == "unknown"
    desk.put_in()
    again = desk.write(made)
    assert again["result"] == "not_written" and again["card"]["kind"] == "blank" and again["card"]["meter_no"] == ""
    made = packet(again["card"], 1, 10000, customer="2000000007", kind=1)
    assert desk.write(made)["result"] == "written"
    assert desk.do("insert 0") == "credited"


def test_no_card_no_packet(desk, card):
    desk.take_out()
    said = desk.write(packet(card, 2, 5000))
    assert (said["result"], said["reason"], said["card"]) == ("unknown", "no_card", None)
    assert desk.get("/card")["state"] == "no_card"


def test_a_card_that_is_none_of_ours(desk):
    desk.do("card 0 N1")
    desk.put_in()
    desk.do("sw 1 6A82")
    seen = desk.get("/card")
    assert seen["state"] == "unreadable" and "card" not in seen


def test_changes_tell_that_a_card_came(desk):
    desk.do("card 0 N1")
    first = desk.get("/status")
    assert first["state"] == "no_card" and desk.get("/status") == first
    desk.put_in()
    second = desk.get("/status")
    assert second["changes"] != first["changes"]
    desk.take_out()
    assert desk.get("/status")["changes"] != second["changes"]


def test_status_answers_while_a_slow_card_is_written(desk, card):
    desk.do("slow 150")
    said = {}
    writer = threading.Thread(target=lambda: said.update(desk.write(packet(card, 2, 5000))))
    writer.start()
    time.sleep(0.3)
    begin = time.monotonic()
    assert desk.get("/status")["state"] == "card"
    assert time.monotonic() - begin < 0.5 and writer.is_alive()
    writer.join()
    desk.do("slow 0")
    assert said["result"] == "written"


def test_two_tabs_write_one_packet(desk, card):
    made, said = packet(card, 2, 5000), []
    tabs = [threading.Thread(target=lambda: said.append(desk.write(made)["reason"])) for _ in range(3)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(said) == ["already", "already", "done"]
    assert shows(desk) == (2, 5000, False)


def test_the_service_is_started_anew(desk, card):
    made = packet(card, 2, 5000)
    desk.stop_service()
    assert desk.get("/status")["state"] == "no_service"
    assert desk.get("/card")["state"] == "no_service"
    assert desk.write(made)["reason"] == "no_service"
    desk.start_service()
    wait_until(lambda: desk.get("/status")["state"] == "card", 60, "the card is not seen")
    again = desk.write(made)
    assert (again["result"], again["reason"]) == ("not_written", "stale_random")
    assert desk.write(packet(again["card"], 2, 5000))["result"] == "written"


def test_the_service_goes_away_in_the_middle(desk, card):
    desk.do("slow 150")
    made, said = packet(card, 2, 5000), {}
    before = int(desk.do("commands"))
    writer = threading.Thread(target=lambda: said.update(desk.write(made)))
    writer.start()
    wait_until(lambda: int(desk.do("commands")) - before > LOOK, 60, "the steps do not begin")
    desk.stop_service()
    writer.join()
    desk.do("slow 0")
    assert said["result"] in ("not_written", "unknown") and said["card"] is None
    desk.start_service()
    wait_until(lambda: desk.get("/status")["state"] == "card", 60, "the card is not seen")
    again = desk.write(made)
    assert again["result"] == ("written" if shows(desk)[0] == 2 else "not_written")


def test_the_bridge_is_killed_in_the_middle(desk, card):
    desk.do("slow 100")
    made = packet(card, 2, 5000)
    before = int(desk.do("commands"))
    writer = threading.Thread(target=lambda: pytest.raises(Exception, desk.write, made))
    writer.start()
    wait_until(lambda: int(desk.do("commands")) - before > LOOK + 1, 60, "the steps do not begin")
    desk.kill_bridge()
    writer.join()
    desk.do("slow 0")
    desk.start_bridge()
    wait_until(lambda: desk.get("/status")["state"] == "card", 60, "the card is not seen")
    again = desk.write(made)
    assert again["result"] == ("written" if shows(desk)[0] == 2 else "not_written")
    if again["result"] == "not_written":
        assert desk.write(packet(again["card"], 2, 5000))["result"] == "written"
    assert desk.do("insert 0") == "credited"
