#!/usr/bin/env bash
# Moves what lies in a stack's LettersDeadQueue back into its LettersQueue, slowly, so that the courier keeps up.
#   infra/tools/redrive.sh vestibule-prod
set -eu
export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-eu-central-1}
output() { aws cloudformation describe-stacks --stack-name "$stack" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text; }
stack=$1 dead=$(output LettersDeadQueue) letters=$(output LettersQueue)
# The destination is named because records of the stream come to the dead-letter queue without having been in another one before.
aws sqs start-message-move-task --source-arn "$dead" --destination-arn "$letters" --max-number-of-messages-per-second 10
echo "$stack: letters are on their way from ${dead##*:} to ${letters##*:}; aws sqs list-message-move-tasks --source-arn $dead shows how far it is"
