namespace Cano.Kernel

/// How much a row may hold, in bytes. Whoever makes a part of a row keeps to it where the part is
/// made: what would not fit is a failure of the work that made it, and no row is refused by a store
/// when it is too late.
[<RequireQualifiedAccess>]
module RowLimits =

    /// What a step gives its compensation, a cursor, the sum of a snapshot: 64 MiB.
    [<Literal>]
    let Payload = 0x400_0000

    /// The durable data of a run: 64 MiB.
    [<Literal>]
    let Data = 0x400_0000

    /// A whole row: a payload, data, and 1 MiB for names and all else.
    [<Literal>]
    let Body = 0x810_0000

    /// An error; what is longer is cut.
    [<Literal>]
    let Error = 0x40_0000

    /// What a state carries: of a payload's room what an error beside it leaves.
    [<Literal>]
    let StateData = 0x3C0_0000

    /// All errors of a split.
    [<Literal>]
    let SplitErrors = 0x100_0000

    /// How many errors lie within each other; what lies deeper is told in words.
    [<Literal>]
    let ErrorDepth = 256
