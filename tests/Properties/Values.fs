namespace Cano.Properties

open System
open System.Collections.Generic
open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp

/// Random values of which rows are made, with every fault in them.
[<RequireQualifiedAccess>]
module Values =

    let text =
        Gen.elements [ ""; "a"; "Zahlung prüfen"; "日本"; "🙂 \u0000 \"quoted\"\n"; String('x', 300) ]

    let name = Gen.elements [ "S0"; "Done"; "prüfen"; "" ]

    let orNull (gen: Gen<'T>) : Gen<'T | null> =
        Gen.frequency [ 1, Gen.constant null; 3, Gen.map withNull gen ]

    let bytes =
        Gen.oneof [ Gen.constant [||]; Gen.arrayOf (Gen.choose (0, 255) |> Gen.map byte) ]

    /// What a state carries, as rows tell of it.
    let stateData =
        orNull bytes |> Gen.map (fun (bytes: byte[] | null) -> StateData.Kept bytes)

    let int32 =
        Gen.oneof [ Gen.choose (-3, 300); Gen.elements [ Int32.MinValue; Int32.MaxValue ] ]

    let count = Gen.choose (0, 4)

    let int64 =
        Gen.oneof [
            Gen.choose (0, 1_000) |> Gen.map Operators.int64
            Gen.elements [ -1L; Int64.MinValue; Int64.MaxValue; 127L; 128L; 1L <<< 62 ]
        ]

    let uint32 = Gen.elements [ 0u; 1u; 127u; 128u; UInt32.MaxValue ]
    let private span = int64 |> Gen.map TimeSpan.FromTicks

    let many (value: Gen<'T>) = gen {
        let! length = count
        return! Gen.arrayOfLength length value
    }

    let rec private fault depth : Gen<Fault> =
        let leaves = [
            Gen.map Fault.TaskExecution text
            Gen.map Fault.Store text
            Gen.map Fault.Workflow text
            Gen.map Fault.Configuration (many text)
            Gen.map Fault.Timeout text
            Gen.map2 (fun a b -> Fault.WorkflowTimeout(a, b)) span span
            Gen.constant Fault.Cancelled
            Gen.constant Fault.CircuitOpen
            Gen.map2 (fun a b -> Fault.RateLimited(a, b)) text span
            Gen.map Fault.CheckpointStore text
            Gen.map Fault.Generic text
            Gen.map Fault.ResourceNotFound text
            Gen.map3 (fun a b c -> Fault.ResourceTypeMismatch(a, b, c)) text text text
            Gen.map Fault.ResourceDuplicateKey text
            Gen.map2 (fun a b -> Fault.WorkflowVersionMismatch(a, b)) uint32 uint32
            Gen.map2 (fun a b -> Fault.OrphanedCompensation(a, b)) text bytes
            Gen.map Fault.Suspended text
            Gen.map Fault.RunNotFound text
            Gen.map Fault.RunEnded text
            Gen.map Fault.InputMissing text
            Gen.map Fault.InputTypeMismatch text
            Gen.map Fault.OutputMissing text
        ]

        if depth = 0 then
            Gen.oneof leaves
        else
            Gen.oneof (
                leaves
                @ [
                    Gen.map2 (fun n last -> Fault.RetryExhausted(n, last)) int32 (error (depth - 1))
                    Gen.map Fault.CompensationFailed (many (error (depth - 1)))
                ]
            )

    and private error depth : Gen<CanoError> = gen {
        let! fault = fault depth
        let! state = orNull name
        let! attempt = int32
        let! path = many name

        return {
            Fault = fault
            State = state
            Attempt = attempt
            Path = path
            Exception = null
        }
    }

    let anyError = error 2

    let instant =
        Gen.choose64 (1L, DateTimeOffset.MaxValue.UtcTicks)
        |> Gen.map (fun ticks -> DateTimeOffset(ticks, TimeSpan.Zero))

    let orNone (gen: Gen<'T>) : Gen<Nullable<'T>> =
        Gen.map Option.toNullable (Gen.optionOf gen)

    let private parent: Gen<RunParent> = gen {
        let! id = text
        let! key = orNull text
        return { RunId = id; Key = key }
    }

    /// A user's value.
    let value: Gen<StoredValue> = gen {
        let! json = bytes
        let! name = orNull text
        return { Json = json; TypeName = name }
    }

    let trace: Gen<RunTrace> = gen {
        let! parent = text
        let! state = orNull text
        return { Parent = parent; State = state }
    }

    /// What is known of a run from its start on.
    let start: Gen<RunStart> = gen {
        let! workflow = orNull name
        let! initial = orNull name
        let! startedAt = orNone instant
        let! notBefore = orNone instant
        let! key = orNull text
        let! parent = orNull parent
        let! tags = many (Gen.map2 (fun name value -> KeyValuePair(name, value)) text text)
        let! input = orNull value
        let! trace = orNull trace

        return {
            WorkflowName = workflow
            InitialState = initial
            StartedAt = startedAt
            NotBefore = notBefore
            Key = key
            Parent = parent
            Tags = tags
            Input = input
            Trace = trace
        }
    }
