<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.signin.title) ?>
<div class="card-narrow">
<h1><?cs var:W.signin.title ?></h1>
<?cs call:form_begin("/console/signin") ?>
<input type="hidden" name="next" value="<?cs var:Next ?>">
<?cs call:field(Form.login) ?>
<?cs call:field(Form.password) ?>
<?cs call:form_end(W.signin.go, "") ?>
<p class="form-text"><?cs var:W.signin.help ?></p>
</div>
<?cs call:page_end() ?>
