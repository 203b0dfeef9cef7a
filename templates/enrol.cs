<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.enrol.title) ?>
<div class="card-narrow">
<h1><?cs var:W.enrol.title ?></h1>
<?cs if:subcount(Recovery) > 0 ?>
<div class="alert alert-success" role="status"><?cs var:W.enrol.done ?></div>
<p><?cs var:W.enrol.recovery ?></p>
<ul class="recovery"><?cs each:code = Recovery ?><li class="number"><?cs var:code ?></li><?cs /each ?></ul>
<p><a class="btn btn-main" href="/console"><?cs var:W.enrol.go_on ?></a></p>
<?cs elif:Secret || Begun ?>
<?cs if:Secret ?><p><?cs var:W.enrol.scan ?></p>
<svg class="qr" viewBox="0 0 <?cs var:Qr.Size ?> <?cs var:Qr.Size ?>" role="img" aria-label="<?cs var:W.enrol.qr ?>" shape-rendering="crispEdges"><path d="<?cs var:Qr.Path ?>"/></svg>
<p><?cs var:W.enrol.type_secret ?></p><p class="secret number"><?cs var:Secret ?></p><?cs /if ?>
<?cs call:form_begin("/console/enrol") ?>
<?cs call:field(Form.code) ?>
<?cs call:form_end(W.enrol.confirm, "") ?>
<?cs else ?>
<?cs if:Enrolled ?><p><?cs var:W.enrol.on ?></p><p><a class="btn btn-plain" href="/console/account"><?cs var:W.enrol.back ?></a></p><?cs else ?>
<?cs if:MustEnrol ?><p><?cs var:W.enrol.must ?></p><?cs /if ?>
<p><?cs var:W.enrol.about ?></p>
<?cs call:form_begin("/console/enrol") ?>
<?cs if:MustEnrol ?><?cs call:form_end(W.enrol.begin, "") ?><?cs else ?><?cs call:form_end(W.enrol.begin, "/console/account") ?><?cs /if ?><?cs /if ?>
<?cs /if ?>
</div>
<?cs call:page_end() ?>
