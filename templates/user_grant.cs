<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.user_grant.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.user_grant.which ?>"><a href="/console/user?id=<?cs var:User.Id ?>"><?cs var:User.Name ?></a></nav>
<h1><?cs var:W.user_grant.title ?></h1>
<?cs call:person() ?>
<?cs if:Roles.Find ?><?cs call:filters_begin() ?><?cs call:filter(Form.q) ?><?cs call:filters_end() ?><?cs /if ?>
<?cs set:back = "/console/user?id=" + User.Id ?>
<?cs call:form_begin(Roles.Action) ?>
<?cs call:field(Form.role_id) ?>
<?cs call:field(Form.org) ?>
<?cs call:form_end(W.user_grant.go, back) ?>
<?cs call:page_end() ?>
