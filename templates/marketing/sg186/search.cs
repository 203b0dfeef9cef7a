<?cs call:envelope_open() ?><yhjs xmlns="urn:sg186:pay"><gjz><?cs var:Words ?></gjz><?cs if:After ?><yhbh><?cs var:After ?></yhbh><?cs /if ?></yhjs><?cs call:envelope_close() ?>
