<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.date_schedule.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.date_schedule.where ?>"><a href="/console/dates"><?cs var:W.date_schedule.back ?></a></nav>
<h1><?cs var:W.date_schedule.title ?><?cs if:Date.System ?>: <?cs var:Date.System ?><?cs /if ?></h1>
<dl class="facts"><div><dt><?cs var:W.date_schedule.is ?></dt><dd><?cs var:Date.Schedule ?></dd></div>
<?cs if:Date.System ?><div><dt><?cs var:W.date_schedule.defined ?></dt><dd><?cs if:Date.Defined ?><?cs var:Date.Defined ?><?cs else ?><?cs var:W.date_schedule.none ?><?cs /if ?></dd></div><?cs /if ?></dl>
<?cs set:action = "/console/dates/schedule" ?><?cs if:Date.System ?><?cs set:action = "/console/dates/schedule?system=" + Date.System ?><?cs /if ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.minute) ?>
<p class="form-text"><?cs if:Date.System ?><?cs var:W.date_schedule.empty_system ?><?cs else ?><?cs var:W.date_schedule.empty ?><?cs /if ?></p>
<?cs call:form_end(W.save, "/console/dates") ?>
<?cs call:page_end() ?>
