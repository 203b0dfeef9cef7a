<?cs call:envelope_open() ?><dfcx xmlns="urn:sg186:pay"><?cs if:Serial ?><jylsh><?cs var:Serial ?></jylsh><?cs /if ?><?cs
if:Customer ?><yhbh><?cs var:Customer ?></yhbh><?cs
elif:Meter ?><dbbh><?cs var:Meter ?></dbbh><?cs
else ?><kh><?cs var:CardNo ?></kh><?cs
/if ?></dfcx><?cs call:envelope_close() ?>
