namespace Cano.FSharp

open Cano

/// Where a registration goes: a state, or the states of one case.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Place<'S> = internal {
    /// The state, or any of its case.
    State: 'S
    Name: string
    Key: obj
}

/// A place, and the body that its work begins with.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Site<'S, 'A> = internal {
    Place: Place<'S>
    Body: TaskContext -> 'A
    /// The body as it was given.
    Given: obj
}

/// How a state may be named: by its value.
[<AllowNullLiteral>]
type Named internal () =

    static member internal At(state: 'S) : Place<'S> =
        let name, key = Cases.key state

        {
            State = state
            Name = name
            Key = key
        }

/// How a state may be named: by its value, or by the case whose data it carries. The compiler picks
/// by the type of what names it, before it reads the body: so what the body is given has its type
/// in there.
[<Sealed; AllowNullLiteral>]
type Naming internal () =
    inherit Named()

    static member Place(_choice: Named, state: 'S) : Place<'S> = Named.At state

    static member Place(_choice: Naming, case: 'D -> 'S) : Place<'S> =
        Named.At(CaseData.Sample case)

    static member ``a body takes its context, and behind it the data of its case``
        (_choice: Named, state: 'S, body: TaskContext -> 'A)
        : Site<'S, 'A> = {
        Place = Named.At state
        Body = body
        Given = body
    }

    static member ``a body takes its context, and behind it the data of its case``
        (_choice: Naming, case: 'D -> 'S, body: TaskContext -> 'D -> 'A)
        : Site<'S, 'A> =
        let sample = CaseData.Sample case
        let data = CaseData<'D, 'S>.Reader sample

        {
            Place = Named.At sample
            Body = fun context -> body context (data (context.StateAs<'S>()))
            Given = body
        }

    /// The place that something names.
    static member inline PlaceOf< ^W, ^C, ^S
        when (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (way: ^W, case: ^C)
        : Place< ^S > =
        ((^W or ^C): (static member Place: ^W * ^C -> Place< ^S >) (way, case))

    /// The site that something names.
    static member inline SiteOf< ^W, ^C, ^B, ^S, ^A
        when (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^A >)>
        (way: ^W, case: ^C, body: TaskContext -> ^B)
        : Site< ^S, ^A > =
        ((^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^A >) (way, case, body))
