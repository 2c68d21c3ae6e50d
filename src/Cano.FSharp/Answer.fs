namespace Cano.FSharp

open System.Threading.Tasks
open Cano

/// What a body may answer with: a task, a value task or an async. The compiler picks the member by
/// the type that a body returns; so one operation takes them all, and what a body is given has its
/// type before the body is read. The members' name is what it says when it finds none.
[<Sealed; NoEquality; NoComparison>]
type Answer private () =

    /// Stands for the choice.
    static member val Any = Answer()

    static member ``a body answers by a task, a ValueTask or an async``
        (_choice: Answer, _context: TaskContext, given: Task<'T>)
        : ValueTask<'T> =
        ValueTask<'T> given

    static member ``a body answers by a task, a ValueTask or an async``
        (_choice: Answer, _context: TaskContext, given: ValueTask<'T>)
        : ValueTask<'T> =
        given

    /// Its `Async.CancellationToken` is the body's: it is signalled when the body is to stop.
    static member ``a body answers by a task, a ValueTask or an async``
        (_choice: Answer, context: TaskContext, given: Async<'T>)
        : ValueTask<'T> =
        Async.StartImmediateAsTask(given, context.CancellationToken) |> ValueTask<'T>

    static member ``a body answers by a task, a ValueTask or an async``
        (_choice: Answer, _context: TaskContext, given: Task)
        : ValueTask<unit> =
        task { do! given } |> ValueTask<unit>

    static member ``a body answers by a task, a ValueTask or an async``
        (_choice: Answer, context: TaskContext, given: ClassTask<'T>)
        : ValueTask<'T> =
        given.Task.RunAsync(context, context.CancellationToken)

    /// What a body answered, as the runtime takes it.
    static member inline Take< ^W, ^A, ^T
        when (^W or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            ^W * TaskContext * ^A -> ValueTask< ^T >)>
        (choice: ^W, context: TaskContext, given: ^A)
        : ValueTask< ^T > =
        ((^W or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            ^W * TaskContext * ^A -> ValueTask< ^T >) (choice, context, given))

/// What may stand for the items of a split, a batch or children: a sequence, or an answer that
/// gives one.
[<Sealed; NoEquality; NoComparison>]
type Listing private () =

    /// Stands for the choice.
    static member val Any = Listing()

    static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``
        (_choice: Listing, _context: TaskContext, given: seq<'T>)
        : ValueTask<'T list> =
        ValueTask<'T list>(List.ofSeq given)

    static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``
        (_choice: Listing, _context: TaskContext, given: Task<'L>)
        : ValueTask<'T list> =
        task {
            let! items = given
            return List.ofSeq<'T> items
        }
        |> ValueTask<'T list>

    static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``
        (_choice: Listing, _context: TaskContext, given: ValueTask<'L>)
        : ValueTask<'T list> =
        task {
            let! items = given
            return List.ofSeq<'T> items
        }
        |> ValueTask<'T list>

    static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``
        (_choice: Listing, context: TaskContext, given: Async<'L>)
        : ValueTask<'T list> =
        task {
            let! items = Async.StartImmediateAsTask(given, context.CancellationToken)
            return List.ofSeq<'T> items
        }
        |> ValueTask<'T list>

    /// What stood for the items, as the runtime takes it.
    static member inline Take< ^W, ^A, ^T
        when (^W or ^A): (static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``:
            ^W * TaskContext * ^A -> ValueTask< ^T >)>
        (choice: ^W, context: TaskContext, given: ^A)
        : ValueTask< ^T > =
        ((^W or ^A): (static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``:
            ^W * TaskContext * ^A -> ValueTask< ^T >) (choice, context, given))

/// What operations of many items have in common.
[<RequireQualifiedAccess>]
module Taking =

    /// The items that stand for themselves, or that an answer gives.
    let inline items< ^L, ^I
        when (Listing or ^L): (static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``:
            Listing * TaskContext * ^L -> ValueTask<^I list>)>
        (context: TaskContext)
        (given: ^L)
        : ValueTask<^I list> =
        Listing.Take<Listing, ^L, ^I list>(Listing.Any, context, given)

    /// What work on an item answers.
    let inline each< ^I, ^A, ^R
        when (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^R >)>
        (work: TaskContext -> ^I -> ^A)
        (context: TaskContext)
        (item: ^I)
        : ValueTask< ^R > =
        Answer.Take<Answer, ^A, ^R>(Answer.Any, context, work context item)
