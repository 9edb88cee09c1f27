//! probe
use crate::browser::*;
use crate::world::*;
#[test]
fn probe() {
    if !is_here() { return; }
    let world = World::start(Backend::Sqlite);
    let b = Browser::open(&world);
    b.go("/");
    println!("{}", b.page());
    println!("{:?}", b.complaints());
    b.log_in("operator-430121");
    println!("{} {}", b.path(), b.page());
    println!("{:?}", b.cookies());
    println!("{:?}", b.complaints());
    println!("{:?}", b.requests());
    let b = Browser::without_scripts(&world);
    b.go_to("data:text/html,<title>off</title><script>document.title='on'</script>");
    println!("js off: {}", b.title());
    b.go("/");
    println!("{}", b.run("return localStorage.length + ' ' + document.title"));
    println!("{:?}", b.complaints());
    b.width(320);
    println!("{}", b.run("return [document.documentElement.scrollWidth, innerWidth, performance.getEntriesByType('navigation')[0].responseStatus]"));
}
