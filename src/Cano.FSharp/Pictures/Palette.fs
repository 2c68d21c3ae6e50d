namespace Cano.FSharp

/// The colours of pictures: each says one thing everywhere, and no two differ by hue alone.
[<RequireQualifiedAccess>]
module internal Palette =

    let ground = "#ffffff"
    let ink = "#1f2933"
    let faint = "#66788a"
    let line = "#9aa5b1"

    /// What goes forward.
    let work = "#d9e8f7"
    let workLine = "#2f6fab"

    /// An exit, and a run that came to one.
    let done' = "#d7f0dd"
    let doneLine = "#2b8a4b"

    /// What waits.
    let wait = "#fbeecb"
    let waitLine = "#b98900"

    /// What goes back, or has failed.
    let undo = "#f9d9d6"
    let undoLine = "#b93a2f"
