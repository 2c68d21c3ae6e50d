namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp

/// Random children and branches, as rows tell of them.
[<RequireQualifiedAccess>]
module FanOutValues =

    let childStart: Gen<ChildStart> = gen {
        let! id = Values.text
        let! workflow = Values.text
        let! version = Values.uint32
        let! state = Values.name
        let! input = Values.orNull Values.value
        let! index = Values.count
        let! data = Values.stateData

        return {
            RunId = id
            WorkflowName = workflow
            WorkflowVersion = version
            InitialState = state
            Input = input
            Index = index
            Data = data
        }
    }

    let childEnding: Gen<ChildEnding> = gen {
        let! id = Values.text
        let! status = Gen.elements (Enum.GetValues<RowStatus>())
        let! exit = Values.orNull Values.name
        let! output = Values.orNull Values.value
        let! error = Values.orNull Values.anyError
        let! index = Values.count
        let! sequence = Values.int64
        let! data = Values.stateData

        return {
            RunId = id
            Status = status
            Exit = exit
            Output = output
            Error = error
            Index = index
            Sequence = sequence
            Data = data
        }
    }

    let listing: Gen<Listing> = gen {
        let! items = Values.many (Values.orNull Values.value)
        let! due = Values.orNone Values.instant

        return { Items = items; Due = due }
    }

    let branchEnding: Gen<BranchEnding> = gen {
        let! index = Values.count
        let! name = Values.name
        let! result = Values.orNull Values.value
        let! error = Values.orNull Values.anyError

        return {
            Index = index
            Name = name
            Result = result
            Error = error
        }
    }
