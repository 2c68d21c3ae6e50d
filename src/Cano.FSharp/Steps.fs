namespace Cano.FSharp

open System
open System.Threading
open System.Threading.Tasks
open Cano

/// Work of one body, as a registration of its site.
[<RequireQualifiedAccess>]
module Steps =

    let internal telling (place: Place<'S>) tell : Registration<'S> = {
        Key = place.Key
        Tell = tell
    }

    let internal calling (site: Site<'S, 'A>) (answer: TaskContext -> 'A -> ValueTask<'T>) =
        Func<TaskContext, CancellationToken, ValueTask<'T>>(fun context _ ->
            answer context (site.Body context))

    let single (site: Site<'S, 'A>) (answer: TaskContext -> 'A -> ValueTask<'S>) =
        telling site.Place (fun rules workflow ->
            let state = site.Place.State

            match site.Given with
            // A function of nothing but what it was made of.
            | :? (TaskContext -> ClassTask<'S>) as given when rules.Config.IsNone ->
                let task = (given Unchecked.defaultof<TaskContext>).Task
                workflow.Register(state, task, rules.ToOrNull)
            | _ ->
                workflow.Register(state, calling site answer, rules.ConfigOrNull, rules.ToOrNull))

    let calculate (site: Site<'S, 'S>) =
        telling site.Place (fun rules workflow ->
            workflow
                .Register(
                    site.Place.State,
                    Func<TaskContext, 'S> site.Body,
                    rules.ConfigOrNull,
                    rules.ToOrNull
                )
                .Pure([ site.Place.State ]))

    let router (site: Site<'S, 'S>) =
        telling site.Place (fun rules workflow ->
            workflow.RegisterRouter(
                site.Place.State,
                Func<TaskContext, 'S> site.Body,
                rules.ToOrNull
            ))

    let compensate
        (site: Site<'S, 'A>)
        (answer: TaskContext -> 'A -> ValueTask<'S * 'O>)
        (undo: TaskContext -> 'O -> ValueTask<unit>)
        =
        let run =
            Func<TaskContext, CancellationToken, ValueTask<struct ('S * 'O)>>(fun context _ ->
                Shapes.ofPair (answer context (site.Body context)))

        let compensate =
            Func<TaskContext, 'O, CancellationToken, ValueTask>(fun context output _ ->
                let undone: ValueTask<unit> = undo context output

                if undone.IsCompletedSuccessfully then
                    ValueTask.CompletedTask
                else
                    ValueTask(undone.AsTask()))

        telling site.Place (fun rules (workflow: Workflow<'S>) ->
            workflow.RegisterWithCompensation(
                site.Place.State,
                run,
                compensate,
                rules.ConfigOrNull,
                rules.ToOrNull,
                rules.UndoOrNull
            ))

    let poll (site: Site<'S, 'A>) (answer: TaskContext -> 'A -> ValueTask<PollOutcome<'S>>) =
        telling site.Place (fun rules workflow ->
            workflow.RegisterPoll(
                site.Place.State,
                calling site answer,
                rules.ConfigOrNull,
                rules.ToOrNull
            ))

    let internal timing (place: Place<'S>) (timer: ITimerTask<'S>) =
        telling place (fun rules workflow -> workflow.Register(place.State, timer, rules.ToOrNull))

    let timer (place: Place<'S>) (span: TimeSpan) (next: 'S) =
        telling place (fun _ workflow -> workflow.RegisterTimer(place.State, span, next))

    let wait (place: Place<'S>) (wait: Wait<'S>) =
        telling place (fun _ workflow -> workflow.RegisterWait(place.State, wait))

    let stepped
        (site: Site<'S, 'Cursor option -> 'A>)
        (answer: TaskContext -> 'A -> ValueTask<StepOutcome<'Cursor, 'S>>)
        =
        let step =
            Func<_, _, CancellationToken, ValueTask<StepOutcome<'Cursor, 'S>>>
                (fun context cursor _ -> answer context (site.Body context (Shapes.cursor cursor)))

        telling site.Place (fun rules workflow ->
            workflow.RegisterStepped<'Cursor>(
                site.Place.State,
                step,
                rules.ConfigOrNull,
                rules.ToOrNull
            ))

    let stream (site: Site<'S, 'Cursor option -> 'A>) source item flush close =
        let work = {
            StreamWork.Open = fun context cursor -> source (site.Body context cursor)
            StreamWork.Item = item
            StreamWork.Flush = flush
            StreamWork.Close = close
        }

        telling site.Place (fun rules (workflow: Workflow<'S>) ->
            workflow.RegisterStream<'Item, 'Output, 'Cursor>(
                site.Place.State,
                FunctionStream<'S, 'Item, 'Output, 'Cursor>(site.Place.Name, work, rules),
                rules.ToOrNull
            ))
