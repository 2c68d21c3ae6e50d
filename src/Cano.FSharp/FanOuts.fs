namespace Cano.FSharp

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open Cano

/// Work of many bodies or runs, as a registration of its site.
[<RequireQualifiedAccess>]
module FanOuts =

    let private afterwards (next: TaskContext -> 'R -> 'S) =
        Func<TaskContext, 'R, 'S>(fun context results -> next context results)

    let private items (site: Site<'S, 'L>) (list: TaskContext -> 'L -> ValueTask<'I list>) =
        Items.From(
            Func<TaskContext, CancellationToken, ValueTask<IReadOnlyList<'I>>>(fun context _ ->
                let listed = list context (site.Body context)

                if listed.IsCompletedSuccessfully then
                    ValueTask<IReadOnlyList<'I>>(listed.Result :> IReadOnlyList<'I>)
                else
                    task {
                        let! items = listed
                        return items :> IReadOnlyList<'I>
                    }
                    |> ValueTask<IReadOnlyList<'I>>)
        )

    let private perItem (work: TaskContext -> 'I -> ValueTask<'R>) =
        Func<TaskContext, 'I, CancellationToken, ValueTask<'R>>(fun context item _ ->
            work context item)

    let private joined (join: Join<'S>) =
        let config = JoinConfig.Create(join.Strategy, join.Next)

        let config =
            match join.Timeout with
            | Some span -> config.WithTimeout span
            | None -> config

        let config =
            match join.Bulkhead with
            | Some n -> config.WithBulkhead n
            | None -> config

        let config = if join.WaitsForAll then config.WaitForAll() else config

        if join.IsStored then
            config.WithStorePartialResults()
        else
            config

    let split (place: Place<'S>) (branches: seq<ITask<'S>>) (join: Join<'S>) =
        Steps.telling place (fun _ workflow ->
            workflow.RegisterSplit(place.State, branches, joined join))

    let splitBy (site: Site<'S, ITask<'S> list>) (join: Join<'S>) =
        Steps.telling site.Place (fun _ workflow ->
            workflow.RegisterSplit(
                site.Place.State,
                Func<TaskContext, IEnumerable<ITask<'S>>>(fun context -> site.Body context),
                joined join
            ))

    let each (site: Site<'S, 'L>) list work (join: unit -> Join<unit>) next =
        Steps.telling site.Place (fun rules workflow ->
            let join = join ()

            workflow.RegisterSplit(
                site.Place.State,
                items site list,
                perItem work,
                join.Strategy,
                afterwards next,
                join.Config,
                rules.ToOrNull
            ))

    let batch
        (site: Site<'S, 'L>)
        list
        work
        (finish: TaskContext -> Result<'Output, CanoError> list -> 'S)
        =
        let finish context (results: IReadOnlyList<ItemResult<'Output>>) =
            finish context [ for result in results -> Shapes.result result ]

        Steps.telling site.Place (fun rules (workflow: Workflow<'S>) ->
            workflow.RegisterBatch(
                site.Place.State,
                items site list,
                perItem work,
                afterwards finish,
                rules.AtOnce,
                rules.ConfigOrNull,
                rules.ToOrNull
            ))

    let child (place: Place<'S>) (child: Workflow<'C>) (initial: 'C) next =
        Steps.telling place (fun rules workflow ->
            workflow.RegisterChild(place.State, child, initial, afterwards next, rules.ToOrNull))

    let childWith (site: Site<'S, 'Input>) (child: Workflow<'C>) (initial: 'C) next =
        Steps.telling site.Place (fun rules workflow ->
            workflow.RegisterChild(
                site.Place.State,
                child,
                initial,
                Func<TaskContext, 'Input> site.Body,
                afterwards next,
                rules.ToOrNull
            ))

    let children
        (site: Site<'S, 'L>)
        list
        (child: Workflow<'C>, initial: 'C)
        (join: unit -> Join<unit>)
        (next: TaskContext -> ChildEnd<'C> list -> 'S)
        =
        let next context (ends: IReadOnlyList<ChildEnd<'C>>) = next context (List.ofSeq ends)

        Steps.telling site.Place (fun rules workflow ->
            let join = join ()

            workflow.RegisterChildren(
                site.Place.State,
                items site list,
                child,
                initial,
                join.Strategy,
                afterwards next,
                join.Config,
                rules.ToOrNull
            ))

    let siblings (place: Place<'S>) (runs: seq<ChildRun>) (join: unit -> Join<unit>) next =
        Steps.telling place (fun rules workflow ->
            let join = join ()

            workflow.RegisterChildren(
                place.State,
                runs,
                join.Strategy,
                afterwards next,
                join.Config,
                rules.ToOrNull
            ))
