<?cs call:envelope_open() ?><jftf xmlns="urn:sg186:pay"><?cs call:trade() ?><yjylsh><?cs var:OrigSerial ?></yjylsh><jfje><?cs var:Amount ?></jfje><jsfs><?cs var:Method ?></jsfs><yy><?cs var:Reason ?></yy><?cs
call:card() ?></jftf><?cs call:envelope_close() ?>
