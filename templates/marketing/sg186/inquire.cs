<?cs call:envelope_open() ?><jycx xmlns="urn:sg186:pay"><yjylsh><?cs var:OrigSerial ?></yjylsh><yhbh><?cs var:Customer ?></yhbh></jycx><?cs call:envelope_close() ?>
