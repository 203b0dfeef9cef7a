<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.slip_send.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.slip_send.where ?>"><a href="/console/remit"><?cs var:W.slip_send.all ?></a> / <a href="/console/remit/safes"><?cs var:W.slip_send.safes ?></a></nav>
<h1><?cs var:W.slip_send.title ?></h1>
<dl class="facts">
<?cs call:fact(W.slip_send.org, Safe.Name) ?>
<?cs call:fact(W.slip_send.to, Safe.To) ?>
<div><dt><?cs var:W.slip_send.range ?></dt><dd><?cs if:Offer.First ?><?cs var:Offer.First ?> – <?cs var:Offer.Last ?><?cs else ?><span class="none"><?cs var:W.none ?></span><?cs /if ?></dd></div>
<div><dt><?cs var:W.slip_send.due ?></dt><dd><strong>¥<?cs var:Offer.Due ?></strong></dd></div>
</dl>
<?cs if:Offer.Some ?><?cs call:form_begin("/console/remit/send?id=" + Safe.Id) ?>
<?cs call:field(Form.key) ?>
<?cs call:field(Form.amount) ?>
<?cs if:Offer.Bank ?><?cs call:field(Form.bank) ?><?cs call:field(Form.bank_no) ?><?cs call:field(Form.bank_date) ?><?cs /if ?>
<?cs call:form_end(W.slip_send.go, "/console/remit/safes") ?>
<?cs else ?><?cs if:FormError ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs /if ?><?cs call:empty_plain(W.slip_send.nothing) ?><?cs /if ?>
<?cs call:page_end() ?>
