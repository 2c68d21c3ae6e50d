namespace Cano.Properties

/// Cases that a workflow may have as values, and another one as states.
type Numbered =
    | Open of id: int
    | Noted of text: string
    | Marked of x: int * y: int
    | Shut of id: int
