namespace Cano.Kernel

/// The versions of a row's format.
[<RequireQualifiedAccess>]
module RowFormats =

    /// Its fields stand in a fixed order, and it says nothing of the run after the row.
    [<Literal>]
    let First = 1uy

    /// The one that is written.
    [<Literal>]
    let Newest = 2uy

/// What a row need not have, as numbered fields. The numbers are stored: changing one strands old
/// journals. A reader that does not know a number passes over it when it is odd, and refuses the
/// row when it is even.
type RowField =
    /// An instant.
    | WrittenAt = 1
    /// A RunStart.
    | Start = 2
    /// An instant.
    | WakesAt = 3
    | StateData = 4
    /// Text.
    | Category = 5
    /// Text.
    | NextState = 6
    /// A RunTrace.
    | Span = 7
    | NextStateData = 8
    | Data = 10
    | Payload = 12
    /// A StoredValue.
    | Output = 14
    /// Text.
    | Codec = 16
