<?cs # What the requests to SG186 share: read in front of each of them. ?><?cs
def:envelope_open() ?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><?cs /def ?><?cs
def:envelope_close() ?></soap:Body></soap:Envelope><?cs /def ?><?cs
def:trade() ?><jylsh><?cs var:Serial ?></jylsh><czybh><?cs var:Operator ?></czybh><zdbh><?cs var:Terminal ?></zdbh><zwrq><?cs var:BizDate ?></zwrq><jysj><?cs var:SentAt ?></jysj><yhbh><?cs var:Customer ?></yhbh><?cs /def ?><?cs
def:card() ?><?cs if:Card.Present ?><kxlh><?cs var:Card.No ?></kxlh><kbh><?cs var:Card.Meter ?></kbh><gdcs><?cs var:Card.Count ?></gdcs><fhwj><?cs var:Card.ReturnFile ?></fhwj><sjs><?cs var:Card.Random ?></sjs><?cs /if ?><?cs /def ?>
