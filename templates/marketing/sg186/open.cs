<?cs call:envelope_open() ?><gdkh xmlns="urn:sg186:pay"><?cs call:trade() ?><dbbh><?cs var:Meter ?></dbbh><jfje><?cs var:Amount ?></jfje><jsfs><?cs var:Method ?></jsfs><?cs
call:card() ?></gdkh><?cs call:envelope_close() ?>
