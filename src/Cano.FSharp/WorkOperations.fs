namespace Cano.FSharp

open System
open System.Collections.Generic
open System.Threading.Tasks
open Cano

// How every operation reads. `^C` is what names the state: its value, or the case whose data its
// body is given. As soon as it is known, the first constraint says which body is expected, so that
// it needs no annotation. `^A` is what the body returns; the second constraint makes an answer of
// it.

/// Operations that give a state work of one body.
[<AbstractClass>]
type WorkOperations internal () =

    /// Gives a state a body: a function of the context, and of the case's data if it has any, that
    /// answers with the next state.
    [<CustomOperation "state">]
    member inline _.State< ^S, ^W, ^C, ^B, ^A
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^A >)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, body: TaskContext -> ^B)
        : Draft< ^S, ^W > =
        draft.Adding(
            Steps.single
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^A>(draft.Naming, case, body))
                (fun context given -> Answer.Take<Answer, ^A, ^S>(Answer.Any, context, given))
        )

    /// Gives a state a body that only calculates: it reaches nothing outside the run, so that many
    /// such states share one flush of the journal. (`pure` is a word that F# keeps for itself.)
    [<CustomOperation "calculate">]
    member inline _.Calculate< ^S, ^W, ^C, ^B
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, body: TaskContext -> ^B)
        : Draft< ^S, ^W > =
        draft.Adding(Steps.calculate (Naming.SiteOf< ^W, ^C, ^B, ^S, ^S>(draft.Naming, case, body)))

    /// Gives a state a function that only chooses the next one, and leaves no row.
    [<CustomOperation "router">]
    member inline _.Router< ^S, ^W, ^C, ^B
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, route: TaskContext -> ^B)
        : Draft< ^S, ^W > =
        draft.Adding(Steps.router (Naming.SiteOf< ^W, ^C, ^B, ^S, ^S>(draft.Naming, case, route)))

    /// Gives a state a step of a saga: its body answers with the next state and an output, and what
    /// undoes it is given the output when the run fails later.
    [<CustomOperation "compensate">]
    member inline _.Compensate< ^S, ^W, ^C, ^B, ^A, ^O, ^U
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^A >)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask<^S * ^O>)
        and (Answer or ^U): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^U -> ValueTask<unit>)>
        (draft: Draft< ^S, ^W >, case: ^C, run: TaskContext -> ^B, undo: TaskContext -> ^O -> ^U)
        : Draft< ^S, ^W > =
        draft.Adding(
            Steps.compensate
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^A>(draft.Naming, case, run))
                (fun context given -> Answer.Take<Answer, ^A, ^S * ^O>(Answer.Any, context, given))
                (fun context output ->
                    Answer.Take<Answer, ^U, unit>(Answer.Any, context, undo context output))
        )

    /// Gives a state a poll: its body answers `Poll.ready` with the next state, or `Poll.pending`.
    [<CustomOperation "poll">]
    member inline _.Poll< ^S, ^W, ^C, ^B, ^A
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^A >)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask<PollOutcome< ^S >>)>
        (draft: Draft< ^S, ^W >, case: ^C, body: TaskContext -> ^B)
        : Draft< ^S, ^W > =
        draft.Adding(
            Steps.poll
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^A>(draft.Naming, case, body))
                (fun context given ->
                    Answer.Take<Answer, ^A, PollOutcome< ^S >>(Answer.Any, context, given))
        )

    /// Gives a state long work in steps: its body is given the cursor, and answers `Step.more` with
    /// the next one, or `Step.finish` with the next state. The cursor is journaled after each step.
    [<CustomOperation "stepped">]
    member inline _.Stepped< ^S, ^W, ^C, ^B, ^A, ^K
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^K option -> ^A >)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask<StepOutcome< ^K, ^S >>)>
        (draft: Draft< ^S, ^W >, case: ^C, body: TaskContext -> ^B)
        : Draft< ^S, ^W > =
        draft.Adding(
            Steps.stepped
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^K option -> ^A>(draft.Naming, case, body))
                (fun context given ->
                    Answer.Take<Answer, ^A, StepOutcome< ^K, ^S >>(Answer.Any, context, given))
        )

    /// Gives a state a stream: the items behind a cursor, what becomes of each (an output, and the
    /// cursor behind it), what is done with a window of outputs (`Window.readOn`, `Window.stop`),
    /// and what follows the end.
    [<CustomOperation "stream">]
    member inline _.Stream< ^S, ^W, ^C, ^B, ^G, ^I, ^A, ^O, ^K, ^F, ^E
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^K option -> ^G >)
        and (Source or ^G): (static member ``a stream reads a sequence or an IAsyncEnumerable``:
            Source * ^G -> IAsyncEnumerable< ^I >)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask<^O * ^K>)
        and (Answer or ^F): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^F -> ValueTask<WindowOutcome< ^S >>)
        and (Answer or ^E): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^E -> ValueTask< ^S >)>
        (
            draft: Draft< ^S, ^W >,
            case: ^C,
            source: TaskContext -> ^B,
            item: TaskContext -> ^I -> ^A,
            flush: TaskContext -> ^O list -> ^F,
            close: TaskContext -> StreamEnd -> ^E
        ) : Draft< ^S, ^W > =
        draft.Adding(
            Steps.stream
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^K option -> ^G>(draft.Naming, case, source))
                (fun given -> Source.Take<Source, ^G, ^I>(Source.Any, given))
                (fun context given ->
                    Answer.Take<Answer, ^A, ^O * ^K>(Answer.Any, context, item context given))
                (fun context given ->
                    Answer.Take<Answer, ^F, WindowOutcome< ^S >>(
                        Answer.Any,
                        context,
                        flush context given
                    ))
                (fun context given ->
                    Answer.Take<Answer, ^E, ^S>(Answer.Any, context, close context given))
        )

    /// Waits in a state for a span, not negative, then goes on.
    [<CustomOperation "timer">]
    member inline _.Timer< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, span: TimeSpan, next: ^S)
        : Draft< ^S, ^W > =
        draft.Adding(Steps.timer (Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case)) span next)

    /// Waits in a state for signals, or until a time is up.
    [<CustomOperation "wait">]
    member inline _.Wait< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, wait: Wait< ^S >)
        : Draft< ^S, ^W > =
        draft.Adding(Steps.wait (Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case)) wait)
