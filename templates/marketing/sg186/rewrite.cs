<?cs call:envelope_open() ?><gdbx xmlns="urn:sg186:pay"><?cs call:trade() ?><yjylsh><?cs var:OrigSerial ?></yjylsh><?cs
call:card() ?></gdbx><?cs call:envelope_close() ?>
