<?cs call:envelope_open() ?><gdbk xmlns="urn:sg186:pay"><?cs call:trade() ?><bkyy><?cs var:Reason ?></bkyy><bkfy><?cs var:Fee ?></bkfy><jsfs><?cs var:Method ?></jsfs><?cs
call:card() ?></gdbk><?cs call:envelope_close() ?>
