"""A purchase from the platform to the meter: terminal, stand-in, bridge, PC/SC, card."""

from terminal import fresh


class Read:
    """A card as the bridge shows it, for the terminal."""

    def __init__(self, card, customer):
        self.card, self.customer = card, customer

    def read(self):
        return {"CardNo": self.card["card_no"], "MeterNo": self.card["meter_no"] or None,
                "PurchaseCount": self.card["purchase_count"], "ReturnFile": self.card["return_file"],
                "Random": self.card["random"]}


def packet_of(card, write):
    return {"card_no": card["card_no"], "random": card["random"], "purchase_count": write.PurchaseCount, "data": write.Data,
            "macs": [write.Mac1, write.Mac2, write.Mac3, write.Mac4]}


def test_buy_torn_out_rewrite_confirm_credited_and_reversed(desk, terminal):
    number = fresh("card")
    desk.customer(number)
    desk.put_in()
    card = desk.read()
    bought = terminal.recharge(number, "50.00", card=Read(card, number))
    assert bought.ResultCode == 0, bought.ResultText
    desk.do("tear 9 before")
    assert desk.write(packet_of(card, bought.CardWrite))["result"] == "not_written"
    assert terminal.confirm(bought.TransactionNo, written=False).ResultCode == 0
    desk.put_in()
    card = desk.read()
    again = terminal.rewrite(bought.TransactionNo, Read(card, number))
    assert again.ResultCode == 0, again.ResultText
    said = desk.write(packet_of(card, again.CardWrite))
    assert said["result"] == "written" and said["card"]["purchase_count"] == 2
    assert terminal.confirm(bought.TransactionNo).ResultCode == 0
    assert desk.do("insert 0") == "credited" and desk.do("credited") == "5000 2"
    # The next one is taken back before the meter has seen it.
    desk.put_in()
    card = desk.read()
    bought = terminal.recharge(number, "20.00", card=Read(card, number))
    card = desk.write(packet_of(card, bought.CardWrite))["card"]
    back = terminal.reverse(bought.TransactionNo, number, "20.00", card=Read(card, number))
    assert back.ResultCode == 0, back.ResultText
    assert desk.write(packet_of(card, back.CardWrite))["result"] == "written"
    assert terminal.confirm(back.TransactionNo).ResultCode == 0
    assert desk.do("insert 0") == "updated" and desk.do("credited") == "5000 2"
