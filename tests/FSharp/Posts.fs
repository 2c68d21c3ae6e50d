namespace Cano.FSharp.Tests

open System
open Cano
open Cano.FSharp
open Cano.Testing

/// The runs of the golden journal of cases. They are read and resumed for ever: what is here stays.
module Posts =

    type Note = { Text: string; Pages: int }

    type Post =
        | Written of Note
        | Stamped of (string * int)
        | Weighed of grams: decimal * parts: Map<string, int>
        | Held of until: DateTimeOffset option * reasons: string list
        | [<StoredAs "sent">] Delivered of after: TimeSpan
        | Returned
        | Lost of note: Note

    let release = Signal<string> "release"

    let post time =
        workflow {
            name "post"

            compensate
                Written
                (fun _ note -> task { return Stamped(note.Text, note.Pages), note.Pages * 2 })
                (fun _ _ -> task { return () })

            router Stamped (fun _ (text, pages) ->
                Weighed(decimal pages / 4m, Map.ofList [ (text, pages) ]))

            state Weighed (fun ctx (grams, parts) -> task {
                if parts.ContainsKey "lost" then
                    failwith $"{grams} g are lost"

                return Held(Some(ctx.TimeProvider.GetUtcNow()), List.ofSeq parts.Keys)
            })

            wait
                Held
                (Wait.empty
                 |> Wait.on release (fun ctx by ->
                     let _, reasons = ctx |> Context.data Held
                     Delivered(TimeSpan.FromHours(float (by.Length + reasons.Length))))
                 |> Wait.after (TimeSpan.FromDays 2.) (Lost { Text = "nobody"; Pages = 0 }))

            configure _.WithRetention(Retention.Keep)
            attempts Weighed TaskConfig.Minimal
            exit Delivered
            exit Lost
            exit Returned
        }
        |> Workflow.withTimeProvider time

    /// A run for each of its rows, as if the process had died behind it.
    let write (folder: string) = task {
        let time = VirtualTime(DateTimeOffset(2026, 1, 4, 3, 4, 5, TimeSpan.Zero))
        let! store = FasterCheckpointStore.OpenAsync folder

        for text in [ "kept"; "lost" ] do
            for row in 1..6 do
                let dying = CrashingCheckpointStore(store, row, CrashPoint.AfterAppend)
                let run = post time |> Workflow.withCheckpointStore dying

                let! _ =
                    time.RunAsync(
                        run |> Workflow.runAs $"{text}-{row}" (Written { Text = text; Pages = row })
                    )

                ()

        do! store.DisposeAsync()
    }

    let private line (value: 'T) =
        $"%A{value}".Split([| ' '; '\n'; '\r' |], StringSplitOptions.RemoveEmptyEntries)
        |> String.concat " "

    /// What the journal says of each run, and, a day after all its times, what a resume of it comes
    /// to.
    let read (folder: string) = task {
        let time = VirtualTime(DateTimeOffset(2036, 1, 4, 3, 4, 5, TimeSpan.Zero))
        let! opened = Engine.openWith (CanoEngineOptions(TimeProvider = time)) folder

        match opened with
        | Error error -> return [ error.Message ]
        | Ok engine ->
            let post = post time
            engine |> Engine.add post |> ignore
            let! runs = engine |> Engine.list RunQuery.All
            let told = ResizeArray<string>()

            for run in runs |> Result.defaultValue [] |> List.sortBy _.RunId do
                let! states = engine |> Engine.states<Post> run.RunId
                let! rows = engine |> Engine.history run.RunId

                for row in rows |> Result.defaultValue [] do
                    let data = Row.data row |> Option.defaultValue "-"
                    let next = Row.nextData row |> Option.defaultValue "-"
                    told.Add $"{run.RunId} {row.Sequence} {row.Kind} {row.State} {data} {next}"

                told.Add $"{run.RunId} {line states}"

            let! ends = time.RunAsync(engine |> Engine.resume 4)

            for ended in ends |> Result.defaultValue [] |> List.sortBy _.RunId do
                let! states = engine |> Engine.states<Post> ended.RunId
                told.Add $"{ended.RunId} -> {ended.Status} {line (Result.map List.last states)}"

            // The others wait for somebody.
            let! waiting = engine |> Engine.list (RunQuery(Statuses = [ RunStatus.Waiting ]))

            for run in waiting |> Result.defaultValue [] |> List.sortBy _.RunId do
                let! _ = engine |> Engine.signal release "north" run.RunId
                let! ended = engine |> Engine.run post run.RunId |> Run.completion
                told.Add $"{run.RunId} => {line ended}"

            do! Engine.close engine
            return List.ofSeq told
    }
