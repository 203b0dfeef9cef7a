"""Packets as an encryption machine makes them, written from doc/card.md and doc/sg186.md alone."""

import hashlib
import hmac


def packet(card, count, fen, customer=None, meter=None, kind=2, reference="a purchase"):
    """What the page posts, for a card as it was read."""
    customer = customer or card["customer_no"]
    meter = meter or card["meter_no"] or "M" + customer
    data = (count.to_bytes(4, "big") + fen.to_bytes(8, "big") + hashlib.sha256(reference.encode()).digest() +
            customer.encode().ljust(20, b"\0") + meter.encode().ljust(20, b"\0") + bytes([kind, 0, 0, 0]) +
            (2000).to_bytes(4, "big") + (99999999).to_bytes(4, "big"))
    key = hashlib.sha256(b"training card key " + customer.encode()).digest()
    macs = [hmac.new(key, bytes([step]) + data + bytes.fromhex(card["random"]), "sha256").hexdigest()[:16]
            for step in (1, 2, 3, 4)]
    return {"card_no": card["card_no"], "random": card["random"], "purchase_count": count, "data": data.hex(), "macs": macs}
