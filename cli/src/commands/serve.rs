//! `wangge serve`: the server over one project.

use crate::args::Serve;
use crate::{End, Outcome, print_line};
use api::{News, Options, Settings};

pub(crate) fn run(a: &Serve) -> Outcome {
    let Ok(location) = a.project.parse();
    let options = Options {
        location,
        listen: a.listen,
        settings: Settings {
            public_url: a.public_url.clone(),
            context: a.context.clone(),
            ..Settings::default()
        },
        roster: a.roster.clone(),
        publish_first: a.publish_first.clone(),
    };
    api::run(&options, |news| match news {
        News::FirstToken(text) => {
            eprintln!("管理员令牌,只显示这一次 · administrator's token, shown only this once:\n  {text}");
        }
        News::Published { plan, version } => eprintln!("已发布 · published: {plan}, {version}"),
        News::Roster { assignments } => eprintln!("花名册 · roster: {assignments}"),
        // On stdout, so that a program that starts the server can wait for it.
        News::Serving(address) => print_line(&format!("http://{address}")),
        _ => eprintln!("已停止 · ended"),
    })?;
    Ok(End::Clean)
}
