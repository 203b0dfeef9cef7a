<?cs call:envelope_open() ?><jfcz xmlns="urn:sg186:pay"><?cs call:trade() ?><yjylsh><?cs var:OrigSerial ?></yjylsh><jfje><?cs var:Amount ?></jfje><yy><?cs var:Reason ?></yy><?cs
call:card() ?></jfcz><?cs call:envelope_close() ?>
