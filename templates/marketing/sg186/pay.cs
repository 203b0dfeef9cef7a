<?cs call:envelope_open() ?><dfjf xmlns="urn:sg186:pay"><?cs call:trade() ?><jfje><?cs var:Amount ?></jfje><jsfs><?cs var:Method ?></jsfs><jfbs><?cs var:BillCount ?></jfbs><?cs
each:bill = Bills ?><zdmx><ysbs><?cs var:bill.BillNo ?></ysbs></zdmx><?cs
/each ?></dfjf><?cs call:envelope_close() ?>
