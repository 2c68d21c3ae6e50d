namespace Cano.FSharp

open System.Collections.Generic
open System.Linq
open System.Threading.Tasks
open Cano

/// Where a stream's items come from: an asynchronous sequence, or a plain one.
[<Sealed; NoEquality; NoComparison>]
type Source private () =

    /// Stands for the choice.
    static member val Any = Source()

    static member ``a stream reads a sequence or an IAsyncEnumerable``
        (_choice: Source, given: IAsyncEnumerable<'T>)
        : IAsyncEnumerable<'T> =
        given

    static member ``a stream reads a sequence or an IAsyncEnumerable``
        (_choice: Source, given: seq<'T>)
        : IAsyncEnumerable<'T> =
        given.ToAsyncEnumerable()

    /// The items, as the runtime takes them.
    static member inline Take< ^W, ^A, ^T
        when (^W or ^A): (static member ``a stream reads a sequence or an IAsyncEnumerable``:
            ^W * ^A -> IAsyncEnumerable< ^T >)>
        (choice: ^W, given: ^A)
        : IAsyncEnumerable< ^T > =
        ((^W or ^A): (static member ``a stream reads a sequence or an IAsyncEnumerable``:
            ^W * ^A -> IAsyncEnumerable< ^T >) (choice, given))

/// What a stream does, as functions.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type internal StreamWork<'S, 'Item, 'Output, 'Cursor> = {
    Open: TaskContext -> 'Cursor option -> IAsyncEnumerable<'Item>
    Item: TaskContext -> 'Item -> ValueTask<'Output * 'Cursor>
    Flush: TaskContext -> 'Output list -> ValueTask<WindowOutcome<'S>>
    Close: TaskContext -> StreamEnd -> ValueTask<'S>
}

/// A stream of functions, under the name of its state.
[<Sealed; NoEquality; NoComparison>]
type internal FunctionStream<'S, 'Item, 'Output, 'Cursor>
    (name: string, work: StreamWork<'S, 'Item, 'Output, 'Cursor>, rules: Rules<'S>) =
    interface IStreamTask<'S, 'Item, 'Output, 'Cursor> with
        member _.Name = name
        member _.Config = defaultArg rules.Config TaskConfig.Minimal
        member _.Window = rules.Window
        member _.OnItemError = rules.ItemErrors

        member _.OpenAsync(context, cursor, _) =
            work.Open context (Shapes.cursor cursor)

        member _.ProcessItemAsync(context, item, _) = Shapes.ofPair (work.Item context item)

        member _.FlushWindowAsync(context, outputs, _) = work.Flush context (List.ofSeq outputs)

        member _.OnCloseAsync(context, reason, _) = work.Close context reason
