<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.code.title) ?>
<div class="card-narrow">
<h1><?cs var:W.code.title ?></h1>
<?cs call:form_begin("/console/code") ?>
<?cs call:field(Form.code) ?>
<?cs call:form_end(W.code.go, "") ?>
</div>
<?cs call:page_end() ?>
