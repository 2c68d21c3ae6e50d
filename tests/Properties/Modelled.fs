namespace Cano.Properties

open System
open System.Threading.Tasks
open Cano.Model
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Random stories, lived by the real system, are the ones that the reference model tells. The
/// scoreboard's row `model` does the same with many more.
type Modelled(output: ITestOutputHelper) =
    inherit Laws(output)

    let stories =
        Arb.fromGenShrink (
            Gen.choose (0, Int32.MaxValue)
            |> Gen.map (fun seed -> Stories.draw (Random seed)),
            Stories.smaller
        )

    /// Whatever context a test runner has, runs are lived without one.
    let lived (story: Story) =
        Task.Run<Told>(fun () -> Lived.tellAsync story).GetAwaiter().GetResult()

    [<Law(1_000)>]
    member law.``a run calls bodies, writes rows, tells observers and ends as the model says``() =
        let often = [
            "journaled"
            "not journaled"
            "compensatable"
            "retry"
            "rollback"
            "failing compensation"
            "cancel"
            "suspended"
            "cancelled for good"
            "failed run gone on with"
            "crash"
            "second resume"
            "snapshot"
            "branches cancelled by a verdict or stop"
            "journaled branches"
            "next state chosen by what branches gave"
            "several children"
            "next state chosen by ends of children"
            "child cancelled"
        ]

        law.Holds often stories (fun story ->
            let told = Model.tell story
            let differences = Difference.find told (lived story)
            Assert.True(differences.IsEmpty, String.Join("; ", differences))
            Law.met (Features.met story told))

    [<Law(1_000)>]
    member law.``the kernel alone writes rows and ends as the model says``() =
        let often = [
            "rollback"
            "crash"
            "cancel"
            "suspended"
            "cancelled for good"
            "journaled branches"
            "several children"
        ]

        law.Holds often stories (fun story ->
            let told = Model.tell story
            let differences = Difference.ofKernel told (Walk(story).Tell())
            Assert.True(differences.IsEmpty, String.Join("; ", differences))
            Law.met (Features.met story told))

    [<Law(1_000)>]
    member law.``after every event a run is the fold of its events, and its rows give its memory``
        ()
        =
        law.Holds [ "several lives"; "rows" ] stories (fun story ->
            let walk = Walk story
            let told = walk.Tell()

            for life in walk.Lives do
                let problems = Replay.problems walk.Plan life
                Assert.True(problems.IsEmpty, String.Join("; ", problems))

            Law.met [ "several lives", walk.Lives.Count > 1; "rows", not told.Rows.IsEmpty ])
