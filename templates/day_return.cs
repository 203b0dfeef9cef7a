<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.day_return.title) ?>
<?cs set:back = "/console/day?id=" + Day.Id + "&date=" + Day.Date ?><?cs set:action = "/console/day/return?id=" + Day.Id + "&date=" + Day.Date ?>
<nav class="crumbs" aria-label="<?cs var:W.day_return.where ?>"><a href="<?cs var:url_validate(back) ?>"><?cs var:Day.Name ?> <?cs var:Day.Day ?></a></nav>
<h1><?cs var:W.day_return.title ?> <?cs call:state(Day.Colour, Day.State) ?></h1>
<?cs if:Day.DeclaredAt ?><p class="question"><?cs var:W.day_return.question ?></p>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.reason) ?>
<?cs call:form_end_danger(W.day_return.go, back) ?>
<?cs else ?><p class="question" role="status"><?cs var:W.day_return.nothing ?></p><?cs /if ?>
<?cs call:page_end() ?>
