<?cs # The frame of every page: page_begin(title) and page_end().  Data: Page, Frame and Menu, set by the program. ?>
<?cs def:language() ?><form method="post" action="<?cs var:Page.Prefix ?>/language" class="language">
<input type="hidden" name="token" value="<?cs var:Page.Token ?>">
<input type="hidden" name="lang" value="<?cs var:Page.OtherLang ?>">
<input type="hidden" name="back" value="<?cs var:Page.Here ?>">
<button type="submit" class="btn btn-sm btn-bar" lang="<?cs if:Page.OtherLang == "en" ?>en<?cs else ?>zh-CN<?cs /if ?>"><?cs if:Page.OtherLang == "en" ?>English<?cs else ?>中文<?cs /if ?></button>
</form><?cs /def ?>
<?cs def:menu() ?><?cs each:group = Menu ?><?cs if:group.Label ?>
<h2 class="menu-group"><?cs var:group.Label ?></h2>
<ul class="menu-list"><?cs each:item = group.Item ?>
<li><a href="<?cs var:url_validate(item.Href) ?>"<?cs if:item.Here ?> aria-current="page"<?cs /if ?>><?cs var:item.Label ?></a></li><?cs /each ?>
</ul><?cs /if ?><?cs /each ?><?cs /def ?>
<?cs def:page_begin(title) ?><!DOCTYPE html>
<html lang="<?cs var:Page.Lang ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?cs var:title ?> · <?cs var:W.product ?></title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/bootstrap.min.css">
<link rel="stylesheet" href="/static/gridtill.css">
<script src="/assets/bootstrap.bundle.min.js" defer></script>
<script src="/static/gridtill.js" defer></script>
</head>
<body<?cs if:!Frame.Full ?> class="bare"<?cs /if ?>>
<a class="skip" href="#content"><?cs var:W.skip ?></a>
<header class="bar">
<?cs if:Frame.Menu ?><button class="btn btn-sm btn-bar menu-button" type="button" data-bs-toggle="offcanvas" data-bs-target="#menu" aria-controls="menu"><?cs var:W.menu ?></button><?cs /if ?>
<a class="brand" href="<?cs var:Page.Prefix ?>"><span class="long"><?cs var:W.product ?></span><span class="short">GridTill</span></a>
<?cs if:Frame.Full ?><span class="where"><span class="where-org"><?cs var:Frame.Org ?></span><span class="where-date"><span class="visually-hidden"><?cs var:W.biz_date ?></span> <?cs var:Frame.BizDate ?></span></span>
<?cs if:Frame.Menu ?><form class="find" role="search" method="get" action="<?cs var:Page.Prefix ?>/search">
<input class="form-control form-control-sm" type="search" name="q" maxlength="64" value="<?cs var:Find ?>" placeholder="<?cs var:W.find_hint ?>" aria-label="<?cs var:W.find ?>" data-shortcut="/">
</form><?cs /if ?><?cs else ?><span class="where"><span class="where-org"><?cs var:Frame.Bureau ?></span></span><?cs /if ?>
<div class="bar-end"><?cs if:Frame.Console ?><a class="btn btn-sm btn-bar" href="<?cs var:Page.Prefix ?>/dashboard"><?cs var:W.console ?></a> <?cs /if ?><?cs call:language() ?>
<?cs if:Frame.User ?><?cs if:Frame.Full ?><a class="btn btn-sm btn-bar user" href="<?cs var:Page.Prefix ?>/account"><?cs var:Frame.User ?></a><?cs /if ?>
<form method="post" action="<?cs var:Page.Prefix ?>/signout"><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><button type="submit" class="btn btn-sm btn-bar"><?cs var:W.sign_out ?></button></form><?cs /if ?>
</div>
</header>
<div class="shell">
<?cs if:Frame.Menu ?><nav class="side offcanvas-lg offcanvas-start" id="menu" tabindex="-1" aria-label="<?cs var:W.menu ?>">
<div class="side-head"><button type="button" class="btn-close btn-close-white" data-bs-dismiss="offcanvas" data-bs-target="#menu" aria-label="<?cs var:W.close ?>"></button></div>
<?cs call:menu() ?>
</nav><?cs /if ?>
<main id="content" tabindex="-1"<?cs if:Frame.Login ?> data-login="<?cs var:Frame.Login ?>" data-columns="<?cs var:W.columns ?>"<?cs /if ?>>
<?cs if:Page.Flash.Text ?><div class="alert alert-<?cs if:Page.Flash.Level == "success" ?>success<?cs elif:Page.Flash.Level == "warning" ?>warning<?cs else ?>danger<?cs /if ?>" role="status"><?cs var:Page.Flash.Text ?></div><?cs /if ?>
<?cs /def ?>
<?cs def:page_end() ?></main>
</div>
</body>
</html>
<?cs /def ?>
