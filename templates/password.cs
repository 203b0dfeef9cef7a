<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.password.title) ?>
<div class="card-narrow">
<h1><?cs var:W.password.title ?></h1>
<?cs if:MustChange ?><p><?cs var:W.password.must ?></p><?cs /if ?>
<?cs call:form_begin("/console/password") ?>
<?cs call:field(Form.old) ?>
<?cs call:field(Form.password) ?>
<?cs call:field(Form.again) ?>
<?cs if:MustChange ?><?cs call:form_end(W.save, "") ?><?cs else ?><?cs call:form_end(W.save, "/console/account") ?><?cs /if ?>
<p class="form-text"><?cs var:W.password.ends ?></p>
</div>
<?cs call:page_end() ?>
