namespace Cano.FSharp

open Cano

/// Mistakes in how the face is used that show only while a run is under way: no other attempt
/// helps.
[<RequireQualifiedAccess>]
module internal Misuse =

    let told (text: string) : exn =
        CanoException(CanoError.Of(Fault.Workflow text))

    /// A case of which one function says nothing for some of what it carries.
    let throws name thrown =
        $"State '{name}' has no work for what it carries here: asked for it, the function of "
        + $"Workflow.total throws {thrown}. Use the fields of '{name}' inside the functions of its "
        + "handle, behind `fun ctx ->`"

    /// A case of which one function says different things.
    let differs name one other =
        $"State '{name}' is {one} for some of what it carries, and {other} for other: a case is "
        + "one state, and all that is said of it, beside what its functions do, is said once. Match "
        + "on its fields inside the functions of its handle, behind `fun ctx ->`, or make it two cases"
