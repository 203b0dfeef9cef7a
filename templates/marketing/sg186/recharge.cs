<?cs call:envelope_open() ?><gdcz xmlns="urn:sg186:pay"><?cs call:trade() ?><jfje><?cs var:Amount ?></jfje><jsfs><?cs var:Method ?></jsfs><?cs
call:card() ?></gdcz><?cs call:envelope_close() ?>
