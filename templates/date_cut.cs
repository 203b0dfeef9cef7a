<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.date_cut.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.date_cut.where ?>"><a href="/console/dates"><?cs var:W.date_cut.back ?></a></nav>
<h1><?cs var:W.date_cut.title ?><?cs if:Date.System ?>: <?cs var:Date.System ?><?cs /if ?></h1>
<dl class="facts"><div><dt><?cs if:Date.System ?><?cs var:W.date_cut.clear_date ?><?cs else ?><?cs var:W.biz_date ?><?cs /if ?></dt><dd><strong><?cs var:Date.Is ?></strong></dd></div></dl>
<?cs if:Date.Follows ?><p class="question" role="status"><?cs var:W.date_cut.follows ?></p>
<?cs else ?><p class="question"><?cs if:Date.System ?><?cs var:W.date_cut.question_system ?><?cs else ?><?cs var:W.date_cut.question ?><?cs /if ?></p>
<?cs set:action = "/console/dates/cut" ?><?cs if:Date.System ?><?cs set:action = "/console/dates/cut?system=" + Date.System ?><?cs /if ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.from) ?>
<?cs call:field(Form.to) ?>
<?cs call:field(Form.typed) ?>
<?cs call:form_end_danger(W.date_cut.go, "/console/dates") ?><?cs /if ?>
<?cs call:page_end() ?>
