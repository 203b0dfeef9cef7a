<?cs call:envelope_open() ?><dzhz xmlns="urn:sg186:pay"><zwrq><?cs var:BizDate ?></zwrq></dzhz><?cs call:envelope_close() ?>
