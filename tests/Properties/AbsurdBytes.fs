namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Bytes that say what cannot be: their reader stops at the first of it, and takes no more memory
/// than there are bytes.
type AbsurdBytes(output: ITestOutputHelper) =
    inherit Laws(output)

    let allocated (act: unit -> unit) =
        act ()
        let before = GC.GetAllocatedBytesForCurrentThread()
        act ()
        GC.GetAllocatedBytesForCurrentThread() - before

    let parse (kind: RowKind) (payload: byte[]) =
        let mutable fact = Unchecked.defaultof<Fact>
        let bytes = OptionalBytes.Of(Nullable(ReadOnlyMemory payload))
        RowFormat.TryReadFact(kind, "next", bytes, &fact)

    /// Errors of errors, each of which says that it has as many as there are bytes left.
    let nested (size: int) =
        let rec levels left =
            if left < 16 then
                []
            else
                let level = [ 0uy; 0uy; 0uy; 12uy ] @ Encoded.unsigned (uint64 (left - 8))
                level :: levels (left - level.Length)

        let heads = levels size |> List.truncate 60 |> List.concat |> Array.ofList
        Array.append heads (Array.create (size - heads.Length) 1uy)

    let rec deep depth =
        if depth = 0 then
            CanoError.Generic "deep down"
        else
            CanoError.Of(Fault.RetryExhausted(2, deep (depth - 1)))

    let rec depthOf (error: CanoError) =
        match error.Source with
        | null -> 0
        | source -> 1 + depthOf source

    [<Fact>]
    [<Trait("ID", "F51")>]
    member _.``nested lists that claim as many items as bytes are left take memory in proportion to the bytes``
        ()
        =
        for size in [ 1_000; 10_000; 60_000 ] do
            let payload = nested size

            let taken = allocated (fun () -> Assert.NotNull(parse RowKind.Failed payload))

            Assert.True(taken < 64L * int64 size, $"{size} bytes took {taken}")

    [<Fact>]
    [<Trait("ID", "F51")>]
    member _.``needed fields that nobody knows take no memory each``() =
        let size = 60_000
        let fields = size / 4

        let bytes = [|
            yield! [ 2uy; 1uy; 1uy; 0uy; 0uy; 0uy; 2uy; 65uy; 1uy ]
            yield! Encoded.unsigned (uint64 fields)

            for i in 1..fields do
                yield! Encoded.field (2 * i + 100) []
        |]

        let taken =
            allocated (fun () ->
                let view = RowView.Of(ReadOnlySpan bytes)
                Assert.NotNull view.Newer)

        Assert.True(taken < 1_000L, $"{bytes.Length} bytes took {taken}")

    [<Fact>]
    [<Trait("ID", "F51")>]
    member _.``a number too large for its place is damage, and not another number``() =
        let large = Encoded.unsigned (1UL <<< 32)

        let row version =
            Array.ofList ([ 2uy; 1uy; 1uy; 0uy; 0uy ] @ version @ [ 2uy; 65uy; 1uy; 0uy ])

        Assert.Null (RowView.Of(ReadOnlySpan(row [ 1uy ]))).Damage
        Assert.NotNull (RowView.Of(ReadOnlySpan(row large))).Damage
        // An attempt, the number of a branch, the version of a child.
        let signed = Encoded.signed (1L <<< 33)
        Assert.NotNull(parse RowKind.Failed (Array.ofList ([ 0uy ] @ signed @ [ 0uy; 8uy ])))

        Assert.NotNull(
            parse RowKind.BranchCompleted (Array.ofList (large @ [ 2uy; 65uy; 0uy; 0uy; 0uy ]))
        )

    [<Fact>]
    [<Trait("ID", "F47")>]
    member _.``an error comes back however deep it is, and what lies too deep in its own words``() =
        for depth in [ 0; 63; 64; 65; 100; 256; 257; 1_000 ] do
            let error = deep depth

            match ErrorFormat.ofBytes (ErrorFormat.toBytes error) with
            | null -> Assert.Fail $"{depth} deep: damaged"
            | back ->
                Assert.Equal("deep down", back.Message)

                if depth <= 256 then
                    Law.equal error back

                Assert.Equal(min depth 256, depthOf back)

    [<Fact>]
    [<Trait("ID", "F51")>]
    member _.``rows that no engine writes are refused, and throw nothing else``() =
        let definition =
            Definitions.workflow [
                Definitions.state "S" (StepKind.Compensatable(Definitions.noRetry, TaskPolicy.Once))
            ] [ "Done" ]

        let row sequence fact : Row = {
            Sequence = sequence
            Visit = sequence
            Version = definition.Version
            Start = RunStart.Of definition.Name
            State = "S"
            Task = ""
            Fact = fact
            Data = StateData.None
        }

        let entered = row 0L (Fact.StateEntered null)

        let summed = {
            DurableState.empty with
                Last = { entered with Visit = 3L }
                Entered = 3L
        }

        let recovered fact =
            Recovery.recover (Plan.Compile definition) "run" [| row 0L fact |]

        // A compensation of a rollback that never began; a path that has no state.
        Assert.True (recovered (Fact.Compensated null)).IsRefused
        Assert.True (recovered (Fact.Snapshot summed)).IsFound
