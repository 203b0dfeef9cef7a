<?cs call:envelope_open() ?><cbsc xmlns="urn:sg186:pay"><jylsh><?cs var:Serial ?></jylsh><czybh><?cs var:Operator ?></czybh><zdbh><?cs var:Terminal ?></zdbh><jysj><?cs var:SentAt ?></jysj><?cs
each:r = Readings ?><cbmx><rwbs><?cs var:r.TaskNo ?></rwbs><yhbh><?cs var:r.Customer ?></yhbh><bcsd><?cs var:r.Reading ?></bcsd><cbrq><?cs var:r.Date ?></cbrq><?cs if:r.Confirmed ?><qrbz>1</qrbz><?cs /if ?></cbmx><?cs
/each ?></cbsc><?cs call:envelope_close() ?>
