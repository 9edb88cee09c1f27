-- The guard against closing asks for the open duties of one case. Without this the planner goes
-- through every open duty there is.
CREATE INDEX duties_of_case ON duties (case_no, status);
