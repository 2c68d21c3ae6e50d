namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// Runs that somebody holds: every function of an engine gives a result.
type Engines() =

    static let approval = Signal<bool> "approval"
    static let recall = Signal "recall"

    /// Waits for an approval, and gives the length of its input.
    static let order =
        workflow {
            name "order"

            state "begin" (fun ctx -> task {
                ctx |> Context.output ((Context.input<string> ctx).Length)
                return "approve"
            })

            wait
                "approve"
                (Wait.empty
                 |> Wait.on approval (fun ctx yes ->
                     if yes && ctx.Attempt = 1 then "paid" else "refused")
                 |> Wait.onBare recall "recalled"
                 |> Wait.after (TimeSpan.FromDays 3.) "expired")

            exits [ "paid"; "refused"; "recalled"; "expired" ]
        }
        |> Workflow.accepts<string, _>

    static let started engine = task {
        let! run = engine |> Engine.startWith "pens" order "begin" "order-1"
        return Expect.wantOk run "begun"
    }

    static let failing = workflow {
        name "failing"

        state "begin" (fun ctx -> task {
            return
                if ctx.Get<bool ref>("mended").Value then
                    "end"
                else
                    failwith "broken"
        })

        attempts "begin" TaskConfig.Minimal
        exit "end"
    }

    static let runs =
        testList "runs" [
            check "a signal ends a wait, and the output is given" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order
                let! run = started engine
                let! sent = run |> Run.signal approval true
                Expect.isOk sent "accepted"
                do! Run.completion run |> ended "paid"
                do! Run.output<int, _> run |> ended 4
            })
            check "a signal that carries nothing, to an id" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order
                let! run = started engine
                let! sent = engine |> Engine.signalBare recall "order-1"
                Expect.isOk sent "accepted"
                do! Run.completion run |> ended "recalled"
            })
            check "a wait does work with what a signal carries" (fun () -> task {
                let working = workflow {
                    name "working"

                    wait
                        "begin"
                        (Wait.empty
                         |> Wait.doing approval (fun ctx yes -> async {
                             return $"{ctx.State} {yes}"
                         }))

                    exit "begin True"
                }

                use engine = Engine.inMemory () |> Engine.add working

                let! run =
                    engine |> Engine.signalOrStart approval true (Start.at working "begin" "w-1")

                do! Run.completion (Expect.wantOk run "begun") |> ended "begin True"
            })
            check "a wait's time is up" (fun () -> task {
                let time = VirtualTime()

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time))
                    |> Engine.add order

                let! run = started engine
                do! time.RunAsync(Run.completion run) |> ended "expired"
            })
            check "starting twice is starting once" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order

                let start =
                    Start.at order "begin" "order-1"
                    |> Start.input "pens"
                    |> Start.tag "shop" "north"

                let! first = engine |> Engine.getOrStart start
                let! second = engine |> Engine.getOrStart start
                Expect.isOk first "begun"
                Expect.isOk second "given"
                do! engine |> Engine.startAs start |> refused "workflow"
                let! found = engine |> Engine.find "order-1"
                let tags = found |> Result.map (Option.map (fun info -> info.Tags["shop"]))
                Expect.equal tags (Ok(Some "north")) "its tag"
                let! none = engine |> Engine.find "order-2"
                Expect.equal none (Ok None) "no such run"
            })
            check "an input that is missing is refused" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order
                do! engine |> Engine.start order "begin" "order-1" |> refused "configuration"
            })
            check "lists, counts and rows" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order
                let! run = started engine
                let! info = Run.describe run
                Expect.equal (info |> Result.map RunInfo.endedAt) (Ok None) "under way"
                let! listed = engine |> Engine.list (RunQuery(WorkflowName = "order"))
                let ids = listed |> Result.map (List.map (fun info -> info.RunId))
                Expect.equal ids (Ok [ "order-1" ]) "the one"
                let! counts = engine |> Engine.count RunQuery.All
                Expect.equal (counts |> Result.map (Map.toList >> List.sumBy snd)) (Ok 1L) "one"
                let! rows = engine |> Engine.history "order-1"
                let first = rows |> Result.map (fun rows -> rows.Head.State)
                Expect.equal first (Ok "begin") "its first row"
            })
            check "a cancelled run says so" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order
                let! run = started engine
                let! asked = run |> Run.cancel "changed my mind"
                Expect.isOk asked "durable"
                do! Run.completion run |> refused "cancelled"
                do! engine |> Engine.cancel "again" "nobody" |> refused "run_not_found"
            })
            check "a failed run is retried" (fun () -> task {
                let mended = ref false

                let failing =
                    failing |> Workflow.withResources (Resources().Insert("mended", mended))

                use engine = Engine.inMemory () |> Engine.add failing
                let! run = engine |> Engine.start failing "begin" "f-1"
                let run = Expect.wantOk run "begun"
                do! Run.completion run |> refused "task_execution"
                mended.Value <- true
                let! retried = engine |> Engine.retry "f-1"
                Expect.isOk retried "once more"
                do! Run.completion run |> ended "end"
                let! forgotten = engine |> Engine.forget "f-1"
                Expect.isOk forgotten "gone"
            })
            check "watching tells until the end" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order
                let! run = started engine
                let watched = Watch.run "order-1" engine |> Stream.toList
                let! sent = engine |> Engine.signal approval false "order-1"
                Expect.isOk sent "accepted"
                let! told = watched
                let last = told |> List.map RunInfo.state |> List.last
                Expect.equal last (Some "refused") "the end"
                do! Run.completion run |> ended "refused"
            })
            check "an engine of a directory takes up what was suspended" (fun () -> task {
                use folder = new Folder()
                let! opened = Engine.openAt folder.Path
                let engine = Expect.wantOk opened "opened" |> Engine.add order
                let! _ = started engine
                let! stopped = Engine.suspend engine
                Expect.isTrue (stopped |> Result.map _.Clean = Ok true) "in order"
                do! engine.DisposeAsync()
                let! opened = Engine.openWith (CanoEngineOptions()) folder.Path
                use engine = Expect.wantOk opened "opened again" |> Engine.add order
                let! sent = engine |> Engine.signal approval true "order-1"
                Expect.isOk sent "accepted"
                let! taken = Engine.resume 4 engine
                let exits = taken |> Result.map (List.map (fun ended -> string ended.ExitState))
                Expect.equal exits (Ok [ "paid" ]) "gone on with"
                do! engine |> Engine.run order "order-1" |> Run.completion |> ended "paid"
            })
        ]

    static let schedules =
        testList "schedules" [
            check "a schedule of an engine runs its flows" (fun () -> task {
                let beat = workflow {
                    name "beat"
                    state "begin" (fun _ -> task { return "end" })
                    exit "end"
                }

                use engine = Engine.inMemory ()

                let! running =
                    engine
                    |> Engine.schedule (
                        Schedule.cron "nightly" "0 2 * * *" beat "begin"
                        >> Schedule.every "hourly" (TimeSpan.FromHours 1.) beat "begin"
                        >> Schedule.manual "now" beat "begin"
                    )

                let running = Expect.wantOk running "started"
                let! triggered = running |> Schedule.trigger "now"
                Expect.isOk triggered "begun"
                let flows = Schedule.flows running |> List.map (fun flow -> flow.Id)
                Expect.equal flows [ "nightly"; "hourly"; "now" ] "all of them"
                do! running |> Schedule.trigger "never" |> refused "workflow"
                let! stopped = Schedule.stop running
                Expect.isOk stopped "stopped"
            })
            check "a preview tells the occurrences to come" (fun () -> task {
                let beat = workflow {
                    state "begin" (fun _ -> task { return "end" })
                    exit "end"
                }

                let schedule =
                    Schedule.empty
                    |> Schedule.cronIn TimeZoneInfo.Utc "nightly" "0 2 * * *" beat "begin"

                let from = DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero)

                Expect.equal
                    (schedule |> Schedule.preview "nightly" 2 from |> Printing.preview)
                    "nightly\n  Tue 2026-12-01 02:00:00 +00:00\n  Wed 2026-12-02 02:00:00 +00:00"
                    "two of them"
            })
            check "instances side by side" (fun () -> task {
                let go = workflow {
                    state "good" (fun _ -> task { return "end" })
                    state "bad" (fun _ -> task { return failwith "broken" })
                    attempts "bad" TaskConfig.Minimal
                    exit "end"
                }

                let! outcomes =
                    Concurrent.by<string> ConcurrentStrategy.WaitForever
                    |> Concurrent.add "one" go "good"
                    |> Concurrent.add "two" go "bad"
                    |> Concurrent.run

                let told =
                    outcomes |> Result.map (Map.map (fun _ -> Result.mapError CanoError.category))

                Expect.equal
                    told
                    (Ok(Map.ofList [ "one", Ok "end"; "two", Error "task_execution" ]))
                    "each by its name"
            })
        ]

    static member Runs = Examples.rows runs

    [<Theory; MemberData("Runs")>]
    [<Trait("ID", "Y38")>]
    member _.``an engine gives results``(example: Example) = Examples.run runs example

    static member Schedules = Examples.rows schedules

    [<Theory; MemberData("Schedules")>]
    [<Trait("ID", "Y38")>]
    member _.``schedules are pipelines``(example: Example) = Examples.run schedules example
